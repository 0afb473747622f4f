"""Reads each network that is named on standard input, computes with it and saves it again. See PyTorch.cs.

A line is a name, a tab, and the network's layers as Python. NAME.pth holds its weights and NAME-in.npy its input.
"""
import collections
import sys

import numpy
import torch
from torch.nn import *


def Chain(**layers):
    return Sequential(collections.OrderedDict(layers))


def Painter(pixels, rows, colours):
    """It saves two tables of numbers as well."""
    network = Chain(fc1=EmbeddingBag(rows, 128, mode="sum"), a=ReLU(), fc2=Linear(128, 128), b=ReLU(), fc3=Linear(128, colours))
    for name in "offsets", "firstRows":
        network.register_buffer(name, torch.zeros(pixels, dtype=torch.long))
    return network


class Do(Module):
    """A step of the computation without parameters."""

    def __init__(self, function):
        super().__init__()
        self.forward = function


class Skip(Module):
    """The network that lecture 2 writes in a cell."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.last = Linear(32, 128), Linear(128, 128), Linear(128, 784)

    def forward(self, z):
        h = self.first(z).relu()
        h = h + self.second(h).relu()
        return self.last(h).tanh().view(-1, 1, 28, 28)


class ConvGenerator(Module):
    """For pictures of 32 pixels."""

    def __init__(self):
        super().__init__()
        self.first, self.firstNorm, self.last = Linear(32, 128 * 16, bias=False), BatchNorm2d(128), ConvTranspose2d(32, 3, 4, 2, 1)
        self.blocks = ModuleList(ConvTranspose2d(wide, wide // 2, 4, 2, 1, bias=False) for wide in (128, 64))
        self.norms = ModuleList(BatchNorm2d(wide) for wide in (64, 32))

    def forward(self, z):
        h = self.firstNorm(self.first(z).view(-1, 128, 4, 4)).relu()
        for block, norm in zip(self.blocks, self.norms):
            h = norm(block(h)).relu()
        return self.last(h).tanh()


class ConvDiscriminator(Module):
    def __init__(self):
        super().__init__()
        self.blocks, self.last = ModuleList(Conv2d(before, after, 4, 2, 1) for before, after in ((3, 32), (32, 64), (64, 128))), Linear(128 * 16, 1)

    def forward(self, x):
        for block in self.blocks:
            x = functional.leaky_relu(block(x), 0.2)
        return self.last(x.flatten(1)).squeeze(1)


def OneHot(*shape):
    return Do(lambda logits: functional.one_hot(logits.view(-1, *shape).argmax(-1), shape[-1]).float())


torch.set_num_threads(1)
for line in sys.stdin:
    name, layers = line.rstrip("\n").split("\t")
    network = eval(layers)
    network.load_state_dict(torch.load(f"{name}.pth"))
    network.eval()
    numpy.save(f"{name}-out.npy", network(torch.from_numpy(numpy.load(f"{name}-in.npy"))).detach().numpy())
    torch.save(network.state_dict(), f"{name}-back.pth")
print(torch.__version__)
