"""Makes the .pth files of this folder with Python's torch (Debian 12's python3-torch 1.13): python3 make.py

Their numbers are those that PyTorchFileTests expects. Nothing else runs this.
"""
import os
import torch
from torch import nn

here = os.path.dirname(os.path.abspath(__file__))


def save(what, name, **options):
    torch.save(what, os.path.join(here, name), **options)


torch.manual_seed(1)



class Generator(nn.Module):
    """MlpGenerator(latentSize: 3, channels: 1, height: 2, width: 2, hidden: 5)."""

    def __init__(self):
        super().__init__()
        self.fc1, self.bn1 = nn.Linear(3, 5), nn.BatchNorm1d(5)
        self.fc2, self.bn2 = nn.Linear(5, 5), nn.BatchNorm1d(5)
        self.fc3, self.bn3 = nn.Linear(5, 5), nn.BatchNorm1d(5)
        self.fc4 = nn.Linear(5, 4)

    def forward(self, latent):
        h = self.bn1(self.fc1(latent)).relu()
        h = self.bn2(self.fc2(h)).relu()
        h = self.bn3(self.fc3(h)).relu()
        return self.fc4(h).view(-1, 1, 2, 2).tanh()


G = Generator()
for _ in range(3):
    G(torch.randn(8, 3))
G.eval()
latent = torch.randn(4, 3)
state = G.state_dict()
save(state, "generator.pth")
save({"latent": latent, "images": G(latent).detach()}, "generator-in-out.pth")
save({name: t.half() if t.is_floating_point() else t for name, t in state.items()}, "half.pth")
save({"module." + name: t for name, t in state.items()}, "parallel.pth")
save(state, "protocol4.pth", pickle_protocol=4)

optimizer = torch.optim.Adam(G.parameters())
G(latent).sum().backward()
optimizer.step()
save({"epoch": 3, "state_dict": state, "optimizer": optimizer.state_dict(), "best": 0.5, "names": ["a", None, True]}, "checkpoint.pth")
save({"G": state, "D": nn.Linear(1, 1).state_dict()}, "two-networks.pth")
save(optimizer.state_dict(), "optimizer.pth")
save(dict(G.named_parameters()), "parameters.pth")
save(nn.Sequential(nn.Linear(1, 1)), "whole.pth")
save(G, "whole-own.pth")
save(state, "old.pth", _use_new_zipfile_serialization=False)
save(torch.ones(2), "tensor.pth")
save([torch.ones(2)], "list.pth")
save({"weight": torch.ones(2), "epoch": 3}, "mixed.pth")
save({"weight": torch.ones(2, dtype=torch.complex64)}, "complex.pth")

numbers = torch.arange(6).reshape(2, 3)
types = {"f64": torch.float64, "f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16, "i64": torch.int64, "i32": torch.int32, "i16": torch.int16, "i8": torch.int8, "u8": torch.uint8, "bool": torch.bool}
save({name: numbers.to(t) for name, t in types.items()}, "types.pth")

whole = torch.arange(12.0).reshape(3, 4)
save({
    "whole": whole, "tied": whole, "transposed": whole.t(), "lower": whole[1:], "every second": whole[:, ::2], "expanded": torch.tensor([5.0]).expand(2, 3),
    "empty": torch.zeros(0, 4), "number": torch.tensor(3.5), "Gewichte ä": torch.ones(1, dtype=torch.int64),
}, "views.pth")


class Call:
    def __reduce__(self):
        return os.system, ("touch a-pickle-was-run",)


save(Call(), "call.pth")
save({**state, "fc1.extra": Call()}, "call-within.pth")
