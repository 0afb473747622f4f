"""The same nets and the same step in PyTorch: requests on standard input, a line each; a number for each on standard output.

A request with "Net" and "Seconds" asks for steps a second, one with "Products" how far matrix products are off.
First come two lines without a request: the version, and the kernel that OpenBLAS runs on.
"""
import ctypes
import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn.functional import logsigmoid

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
on_gpu, compiled = sys.argv[1] == "cuda", sys.argv[2] == "compiled"
if compiled and not hasattr(torch, "compile"):
    sys.exit(0)  # before 2.0 there is none
if on_gpu and not torch.cuda.is_available():
    sys.exit(0)
torch.set_default_tensor_type(torch.cuda.FloatTensor if on_gpu else torch.FloatTensor)
wait = torch.cuda.synchronize if on_gpu else lambda: None


def kernel():
    try:
        name = ctypes.CDLL("libblas.so.3").openblas_get_corename
    except (OSError, AttributeError):
        return "no OpenBLAS"
    name.restype = ctypes.c_char_p
    return name().decode()


def difference(products):
    """The largest difference to double precision in any of the products (rows, inner, columns), for each term of its sums.

    The kernel under test must not check itself, so the reference takes no product of matrices: both results are multiplied
    with a vector of random signs, and (A B) s = A (B s) is two sums in double precision. A single wrong element shows in full.
    A vector of n right ones adds up errors of random sign, hence the square root of n.
    """
    worst = []
    for m, k, n in products:
        a, b, signs = torch.rand(m, k) * 2 - 1, torch.rand(k, n) * 2 - 1, torch.randint(0, 2, (n,)).double() * 2 - 1
        exact = (a.double() * (b.double() * signs).sum(1)).sum(1)
        # Forward and backward passes take their factors as they are and transposed.
        for left in (a, a.t().contiguous().t()):
            for right in (b, b.t().contiguous().t()):
                worst.append((((left @ right).double() * signs).sum(1) - exact).abs().max() / (k * n ** 0.5))
    return torch.stack(worst).max().item()


print("PyTorch", torch.__version__)
print(kernel(), flush=True)


def build(net):
    if not net["Hidden"] and net["Image"][1] == 64:
        up = lambda a, b: [nn.ConvTranspose2d(a, b, 4, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU()]
        down = lambda a, b: [nn.Conv2d(a, b, 4, 2, 1), nn.LeakyReLU(0.2)]
        return (
            nn.Sequential(
                nn.Linear(net["Latent"], 512 * 4 * 4, bias=False), nn.Unflatten(1, (512, 4, 4)), nn.BatchNorm2d(512), nn.ReLU(),
                *up(512, 256), *up(256, 128), *up(128, 64), nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh()),
            nn.Sequential(*down(3, 64), *down(64, 128), *down(128, 256), *down(256, 512), nn.Flatten(), nn.Linear(512 * 4 * 4, 1), nn.Flatten(0)))
    if not net["Hidden"]:
        return (
            nn.Sequential(
                nn.Linear(net["Latent"], 128 * 7 * 7), nn.Unflatten(1, (128, 7, 7)), nn.BatchNorm2d(128), nn.ReLU(),
                nn.ConvTranspose2d(128, 64, 4, 2, 1), nn.BatchNorm2d(64), nn.ReLU(), nn.ConvTranspose2d(64, 1, 4, 2, 1), nn.Tanh()),
            nn.Sequential(
                nn.Conv2d(1, 64, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(64, 128, 4, 2, 1), nn.LeakyReLU(0.2),
                nn.Flatten(), nn.Linear(128 * 7 * 7, 1), nn.Flatten(0)))
    pixels = net["Image"][0] * net["Image"][1] * net["Image"][2]
    generator, discriminator, width = [], [nn.Flatten()], net["Latent"]
    for wide in net["Hidden"]:
        generator += [nn.Linear(width, wide), nn.ReLU()]
        width = wide
    generator += [nn.Linear(width, pixels), nn.Tanh(), nn.Unflatten(1, tuple(net["Image"]))]
    width = pixels
    for wide in reversed(net["Hidden"]):
        discriminator += [nn.Linear(width, wide), nn.LeakyReLU(0.2)]
        width = wide
    return nn.Sequential(*generator), nn.Sequential(*discriminator, nn.Linear(width, 1), nn.Flatten(0))


def stepper(net):
    torch.manual_seed(1)
    G, D = build(net)
    if compiled:
        G, D = torch.compile(G), torch.compile(D)
    adam = lambda module: torch.optim.Adam(module.parameters(), 1e-3, betas=(0.5, 0.99), **({"fused": True} if on_gpu else {"foreach": True}))
    adam_g, adam_d = adam(G), adam(D)
    images = torch.rand(1000, *net["Image"]) * 2 - 1

    def step():
        adam_d.zero_grad(set_to_none=True)
        real = images[torch.randint(1000, (net["Batch"],))]
        made = G(torch.randn(net["Batch"], net["Latent"])).detach()
        (-logsigmoid(D(real)).mean() - logsigmoid(-D(made)).mean()).backward()
        adam_d.step()
        adam_g.zero_grad(set_to_none=True)
        (-logsigmoid(D(G(torch.randn(net["Batch"], net["Latent"])))).mean()).backward()
        adam_g.step()

    return step


def rate(step, seconds):
    step()
    step()
    wait()
    begin, steps = time.perf_counter(), 0
    while time.perf_counter() - begin < seconds:
        step()
        steps += 1
        if steps % 10 == 0:
            wait()
    wait()
    return steps / (time.perf_counter() - begin)


name, step = None, None
for line in sys.stdin:
    request = json.loads(line)
    if "Products" in request:
        print(difference(request["Products"]), flush=True)
        continue
    if request["Net"]["Name"] != name:
        name, step = request["Net"]["Name"], stepper(request["Net"])
    print(rate(step, request["Seconds"]), flush=True)
