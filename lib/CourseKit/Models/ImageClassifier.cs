using TorchSharp.Modules;
using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>A small classifier of images. SampleQuality measures generated images with its class probabilities and its features.</summary>
public sealed class ImageClassifier : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1, fc2, fc3;

    /// <param name="values">C*H*W of the images.</param>
    /// <param name="classes">The number of classes.</param>
    public ImageClassifier(long values, long classes = 10) : base(nameof(ImageClassifier))
    {
        Classes = classes;
        fc1 = nn.Linear(values, 256);
        fc2 = nn.Linear(256, 64);
        fc3 = nn.Linear(64, classes);
        RegisterComponents();
    }

    /// <summary>The number of classes.</summary>
    public long Classes { get; }

    /// <summary>The last hidden layer.</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    /// <returns>(B, 64), values of at least 0.</returns>
    public Tensor Features(Tensor images)
    {
        using var scope = NewDisposeScope();
        var h = nn.functional.relu(fc1.forward(images.flatten(1)));           // (B, 256)
        return nn.functional.relu(fc2.forward(h)).MoveToOuterDisposeScope(); // (B, 64)
    }

    /// <summary>Logits of the classes.</summary>
    /// <param name="images">(B, C, H, W), values in [-1, 1].</param>
    /// <returns>(B, classes).</returns>
    public override Tensor forward(Tensor images)
    {
        using var features = Features(images);
        return fc3.forward(features);
    }
}
