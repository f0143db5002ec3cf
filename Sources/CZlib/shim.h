// zlib's header under a name that does not depend on where the system keeps it.
#include <zlib.h>
