/// The most epochs of any training: no one waits for more, and a catalog holds a row for each.
package let mostEpochs = 1_000_000
