"""The same nets and the same step in PyTorch: a request a line on standard input, steps a second a line on standard output."""
import json
import os
import sys
import time

try:
    import torch
except ImportError:
    sys.exit("no torch for Python here")
from torch import nn
from torch.nn.functional import logsigmoid

torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
on_gpu = torch.cuda.is_available()
torch.set_default_tensor_type(torch.cuda.FloatTensor if on_gpu else torch.FloatTensor)
wait = torch.cuda.synchronize if on_gpu else lambda: None
print("PyTorch", torch.__version__, flush=True)


def build(net):
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


steppers = {}
for line in sys.stdin:
    request = json.loads(line)
    net = request["Net"]
    if net["Name"] not in steppers:
        steppers = {net["Name"]: stepper(net)}
    step = steppers[net["Name"]]
    step()
    step()
    wait()
    begin, steps = time.perf_counter(), 0
    while time.perf_counter() - begin < request["Seconds"]:
        step()
        steps += 1
        if steps % 10 == 0:
            wait()
    wait()
    print(steps / (time.perf_counter() - begin), flush=True)
