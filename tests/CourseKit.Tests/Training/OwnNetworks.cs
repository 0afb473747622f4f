using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Tests.Training;

/// <summary>
/// Networks as students write them in a cell, for pictures (1, 8, 8): dense, convolutional, with dropout, residual. From Z numbers to pictures, and from
/// pictures to N numbers. None of them knows its Z.
/// </summary>
internal static class OwnNetworks
{
    public static readonly string[] Kinds = ["dense", "convolutional", "dropout", "residual"];

    /// <summary>(B, Z) to (B, 1, 8, 8).</summary>
    public static nn.Module<Tensor, Tensor> Generator(string kind, long z, long hidden = 64) => kind switch
    {
        "dense" => nn.Sequential(("fc1", nn.Linear(z, hidden)), ("bn1", nn.BatchNorm1d(hidden)), ("act1", nn.ReLU()), ("fc2", nn.Linear(hidden, hidden)),
            ("bn2", nn.BatchNorm1d(hidden)), ("act2", nn.ReLU()), ("fc3", nn.Linear(hidden, 64)), ("tanh", nn.Tanh()), ("picture", nn.Unflatten(1, [1L, 8, 8]))),
        "convolutional" => new ConvolutionalGenerator(z, hidden),
        "dropout" => nn.Sequential(("fc1", nn.Linear(z, hidden)), ("bn1", nn.BatchNorm1d(hidden)), ("act1", nn.ReLU()), ("fc2", nn.Linear(hidden, hidden)),
            ("bn2", nn.BatchNorm1d(hidden)), ("act2", nn.ReLU()), ("drop", nn.Dropout(0.1)), ("fc3", nn.Linear(hidden, 64)), ("tanh", nn.Tanh()),
            ("picture", nn.Unflatten(1, [1L, 8, 8]))),
        _ => new ResidualGenerator(z, hidden),
    };

    /// <summary>(B, 1, 8, 8) to (B, N).</summary>
    public static nn.Module<Tensor, Tensor> Encoder(string kind, long numbers, long hidden = 64) => kind switch
    {
        "dense" => nn.Sequential(("flat", nn.Flatten()), ("fc1", nn.Linear(64, hidden)), ("act1", nn.LeakyReLU(0.2)), ("fc2", nn.Linear(hidden, numbers))),
        "convolutional" => nn.Sequential(("conv", nn.Conv2d(1, 32, 3, stride: 2, padding: 1)), ("act1", nn.LeakyReLU(0.2)), ("flat", nn.Flatten()),
            ("fc1", nn.Linear(32 * 4 * 4, hidden)), ("act2", nn.LeakyReLU(0.2)), ("fc2", nn.Linear(hidden, numbers))),
        "dropout" => nn.Sequential(("flat", nn.Flatten()), ("fc1", nn.Linear(64, hidden)), ("act1", nn.LeakyReLU(0.2)), ("fc2", nn.Linear(hidden, hidden)),
            ("act2", nn.LeakyReLU(0.2)), ("drop", nn.Dropout(0.1)), ("fc3", nn.Linear(hidden, numbers))),
        _ => new ResidualEncoder(numbers, hidden),
    };

    private sealed class ConvolutionalGenerator : nn.Module<Tensor, Tensor>
    {
        private readonly Linear fc1, fc2;
        private readonly BatchNorm1d bn1;
        private readonly BatchNorm2d bn2;
        private readonly ConvTranspose2d up = nn.ConvTranspose2d(32, 1, 4, stride: 2, padding: 1);

        public ConvolutionalGenerator(long z, long hidden) : base(nameof(ConvolutionalGenerator))
        {
            (fc1, bn1) = (nn.Linear(z, hidden), nn.BatchNorm1d(hidden));
            (fc2, bn2) = (nn.Linear(hidden, 32 * 4 * 4), nn.BatchNorm2d(32));
            RegisterComponents();
        }

        public override Tensor forward(Tensor latent)
        {
            using var scope = NewDisposeScope();
            var h = nn.functional.relu(bn1.forward(fc1.forward(latent)));               // (B, hidden)
            h = nn.functional.relu(bn2.forward(fc2.forward(h).view(-1, 32, 4, 4)));     // (B, 32, 4, 4)
            return up.forward(h).tanh().MoveToOuterDisposeScope();                      // (B, 1, 8, 8)
        }
    }

    private sealed class ResidualGenerator : nn.Module<Tensor, Tensor>
    {
        private readonly Linear begin, middle, end;
        private readonly BatchNorm1d bn1, bn2;

        public ResidualGenerator(long z, long hidden) : base(nameof(ResidualGenerator))
        {
            (begin, middle, end) = (nn.Linear(z, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, 64));
            (bn1, bn2) = (nn.BatchNorm1d(hidden), nn.BatchNorm1d(hidden));
            RegisterComponents();
        }

        public override Tensor forward(Tensor latent)
        {
            using var scope = NewDisposeScope();
            var h = nn.functional.relu(bn1.forward(begin.forward(latent)));
            h = h + nn.functional.relu(bn2.forward(middle.forward(h)));
            return end.forward(h).tanh().view(-1, 1, 8, 8).MoveToOuterDisposeScope();
        }
    }

    private sealed class ResidualEncoder : nn.Module<Tensor, Tensor>
    {
        private readonly Linear begin, middle, end;

        public ResidualEncoder(long numbers, long hidden) : base(nameof(ResidualEncoder))
        {
            (begin, middle, end) = (nn.Linear(64, hidden), nn.Linear(hidden, hidden), nn.Linear(hidden, numbers));
            RegisterComponents();
        }

        public override Tensor forward(Tensor images)
        {
            using var scope = NewDisposeScope();
            var h = nn.functional.silu(begin.forward(images.flatten(1)));
            h = h + nn.functional.silu(middle.forward(h));
            return end.forward(h).MoveToOuterDisposeScope();
        }
    }
}
