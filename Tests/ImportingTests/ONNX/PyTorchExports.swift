/// A program in Python that exports models with PyTorch and says what ONNX Runtime computes with them.
///
/// It writes into the folder that it is given, for each model `<model>.images`, and for each of its files `<file>.onnx`
/// and `<file>.scores`, all f32; and it prints a line for each file: the file, the model, how its network ends.
enum PyTorchExports {
  static let program = """
    import contextlib, io, logging, sys, warnings
    import numpy, onnx, onnxruntime, onnxscript, torch
    from torch import nn
    from torch.nn import functional as F

    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    folder = sys.argv[1]


    class LeNet(nn.Module):
        shape = (1, 28, 28)

        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                nn.Conv2d(1, 6, 5, padding=2, bias=False), nn.BatchNorm2d(6), nn.ReLU(), nn.MaxPool2d(2),
                nn.Conv2d(6, 16, 5), nn.BatchNorm2d(16), nn.ReLU(), nn.AvgPool2d(2))
            self.fc1, self.bn, self.fc2 = nn.Linear(400, 64), nn.BatchNorm1d(64), nn.Linear(64, 10)

        def forward(self, x):
            return self.fc2(F.relu(self.bn(self.fc1(self.features(x).flatten(1)))))


    class Block(nn.Module):
        def __init__(self, inputs, out, stride):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(inputs, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out)
            self.conv2, self.bn2 = nn.Conv2d(out, out, 3, 1, 1, bias=False), nn.BatchNorm2d(out)
            self.down = nn.Sequential(nn.Conv2d(inputs, out, 1, stride), nn.BatchNorm2d(out)) if stride > 1 else None

        def forward(self, x):
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            return F.relu(y + (x if self.down is None else self.down(x)))


    class Residual(nn.Module):
        shape = (3, 16, 16)

        def __init__(self):
            super().__init__()
            self.stem, self.layer1 = nn.Conv2d(3, 8, 3, padding=1), nn.Sequential(Block(8, 8, 1), Block(8, 16, 2))
            self.side, self.pool = nn.Conv2d(8, 8, 3, stride=2, padding=1), nn.AdaptiveAvgPool2d(1)
            self.fc = nn.Linear(24, 10)

        def forward(self, x):
            x = F.relu(self.stem(x))
            return self.fc(torch.flatten(self.pool(torch.cat([self.layer1(x), self.side(x)], 1)), 1))


    class Depthwise(nn.Module):
        shape = (1, 20, 12)

        def __init__(self):
            super().__init__()
            layers = [nn.Conv2d(1, 8, (5, 3), (2, 1), (2, 1)), nn.BatchNorm2d(8), nn.ReLU6()]
            for _ in range(2):
                layers += [nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False), nn.BatchNorm2d(8), nn.ReLU6()]
                layers += [nn.Conv2d(8, 8, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6()]
            self.net, self.fc = nn.Sequential(*layers, nn.Dropout(0.2)), nn.Linear(8, 12)

        def forward(self, x):
            return self.fc(self.net(x).mean((2, 3)))


    class Normalized(nn.Module):
        shape = (1, 28, 28)

        def __init__(self):
            super().__init__()
            self.register_buffer("mean", torch.tensor([0.1307]).view(1, -1, 1, 1))
            self.register_buffer("std", torch.tensor([0.3081]).view(1, -1, 1, 1))
            self.net = nn.Sequential(
                nn.Flatten(), nn.Linear(784, 32), nn.Sigmoid(), nn.Dropout(), nn.Linear(32, 10, bias=False),
                nn.Softmax(1))

        def forward(self, x):
            return self.net((x - self.mean) / self.std)


    class Activations(nn.Module):
        shape = (3, 15, 15)

        def __init__(self):
            super().__init__()
            self.c1 = nn.Sequential(nn.Conv2d(3, 8, 3, padding=2, dilation=2), nn.Conv2d(8, 8, (4, 3), padding="same"))
            self.c2, self.c3 = nn.Conv2d(8, 8, 3, stride=2, padding=1, groups=2), nn.Conv2d(8, 8, 1)
            self.fc = nn.Linear(128, 10)

        def forward(self, x):
            x = F.leaky_relu(self.c2(F.hardswish(self.c1(x))), 0.1)
            x = F.max_pool2d(F.relu6(self.c3(x)), 3, 2, 1)
            return self.fc(x.view(x.size(0), -1))


    class Pools(nn.Module):
        shape = (3, 16, 16)

        def __init__(self):
            super().__init__()
            self.register_buffer("m", torch.tensor([0.485, 0.456, 0.406]).view(3, 1, 1))
            self.register_buffer("s", torch.tensor([0.229, 0.224, 0.225]).view(3, 1, 1))
            self.net = nn.Sequential(
                nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(),
                nn.AvgPool2d(3, 2, 1, ceil_mode=True, count_include_pad=False), nn.MaxPool2d(2, 2, ceil_mode=True),
                nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 10))

        def forward(self, x):
            return self.net((x - self.m) / self.s)


    class Adaptive(nn.Module):
        shape = (1, 16, 16)

        def __init__(self):
            super().__init__()
            self.c, self.fc = nn.Conv2d(1, 4, 3, padding=1), nn.Linear(16, 10)
            self.p, self.q = nn.AdaptiveAvgPool2d(4), nn.AdaptiveMaxPool2d(2)

        def forward(self, x):
            return self.fc(self.q(self.p(torch.clamp(self.c(x), min=0))).reshape(-1, 16))


    class Ends(nn.Module):
        shape = (3, 8, 8)

        def __init__(self):
            super().__init__()
            self.c, self.d, self.h = nn.Conv2d(3, 4, 3), nn.Dropout2d(0.3), nn.Hardswish()
            self.p, self.fc = nn.AdaptiveMaxPool2d(1), nn.Linear(4, 5)

        def forward(self, x):
            x = self.p(self.d(self.h(self.c(x * 2 - 1)))).squeeze(-1).squeeze(-1)
            return F.log_softmax(self.fc(x), -1)


    class Matrix(nn.Module):
        shape = (1, 8, 8)

        def __init__(self):
            super().__init__()
            self.bn = nn.BatchNorm2d(1)
            self.w, self.b = nn.Parameter(torch.randn(64, 10)), nn.Parameter(torch.randn(10))

        def forward(self, x):
            x = self.bn(x)
            x = F.avg_pool2d(x, 3, 1, 1) + F.max_pool2d(x, 3, 1, 1)
            return x.view(x.shape[0], x.shape[1] * x.shape[2] * x.shape[3]) @ self.w + self.b


    # The newest operations that each exporter writes; ONNX Runtime reads those of opset 26.
    constants = getattr(torch.onnx, "_constants", None)
    newest = {
        False: getattr(constants, "ONNX_TORCHSCRIPT_EXPORTER_MAX_OPSET", 20), True: min(26, onnx.defs.onnx_opset_version())}
    models = [LeNet, Residual, Depthwise, Normalized, Activations, Pools, Adaptive, Ends, Matrix]
    for kind in models:
        name = kind.__name__
        torch.manual_seed(1)
        model, images = kind(), torch.rand(8, *kind.shape)
        with torch.no_grad():
            for _ in range(5):
                model(torch.rand(16, *kind.shape))
        model.eval()
        images.numpy().astype("<f4").tofile(f"{folder}/{name}.images")
        for dynamo in (False, True):
            for opset in (13, 17, 20, newest[dynamo]):
                file = f"{name}-{'dynamo' if dynamo else 'trace'}-{opset}"
                words, fixed = {"opset_version": opset}, opset == 17
                if not fixed and dynamo:
                    words["dynamic_shapes"] = ({0: torch.export.Dim("batch")},)
                if not fixed and not dynamo:
                    words["dynamic_axes"] = {"x": {0: "batch"}}
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    torch.onnx.export(
                        model, (images[: 1 if fixed else 2],), f"{folder}/{file}.onnx", dynamo=dynamo,
                        input_names=["x"], **words)
                session = onnxruntime.InferenceSession(f"{folder}/{file}.onnx", providers=["CPUExecutionProvider"])
                batches = images.split(1) if fixed else [images]
                scores = numpy.concatenate([session.run(None, {"x": batch.numpy()})[0] for batch in batches])
                scores.astype("<f4").tofile(f"{folder}/{file}.scores")
                last = onnx.load(f"{folder}/{file}.onnx", load_external_data=False).graph.node[-1].op_type
                print(file, name, last, flush=True)
    """
}
