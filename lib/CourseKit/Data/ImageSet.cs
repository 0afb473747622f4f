using CourseKit.Display;
using CourseKit.Native;
using static System.FormattableString;
using static TorchSharp.torch;

namespace CourseKit.Data;

/// <summary>Pictures and, if known, their classes.</summary>
/// <remarks>
/// The set owns its tensors. They are detached from the dispose scope (<c>torch.NewDisposeScope</c>) in which they were made. So they live
/// until <see cref="Dispose"/> is called.
/// </remarks>
public sealed class ImageSet : IDisposable
{
    /// <summary>Takes over the two tensors. The caller must not dispose them afterwards.</summary>
    /// <param name="name">What the pictures are, e.g. "digits, training part".</param>
    /// <param name="images">float32 in [-1, 1], shape (N, C, H, W) with N >= 1 and C 1 (grey) or 3 (red, green, blue).</param>
    /// <param name="labels">int64 in [0, number of classes), shape (N); null if the classes are not known.</param>
    /// <param name="classNames">A name for each class; empty if the classes are not known.</param>
    /// <param name="provenance">Where the pictures came from, in words.</param>
    /// <exception cref="DataFormatException">A shape, type, range or count is wrong. The tensors still belong to the caller.</exception>
    public ImageSet(string name, Tensor images, Tensor? labels, IReadOnlyList<string> classNames, string provenance)
    {
        NativeBackend.Load();
        CheckImages(name, images);
        if (labels is not null)
            CheckLabels(name, labels, images.shape[0], classNames.Count);
        Name = name;
        Images = images.DetachFromDisposeScope();
        Labels = labels?.DetachFromDisposeScope();
        ClassNames = classNames;
        Provenance = provenance;
    }

    /// <summary>What the pictures are, e.g. "digits, training part".</summary>
    public string Name { get; }

    /// <summary>The pictures: float32 in [-1, 1], shape (N, C, H, W).</summary>
    public Tensor Images { get; }

    /// <summary>The class of each picture: int64, shape (N); null if the classes are not known.</summary>
    public Tensor? Labels { get; }

    /// <summary>A name for each class; empty if the classes are not known.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Where the pictures came from, in words.</summary>
    public string Provenance { get; }

    /// <summary>N, the number of pictures.</summary>
    public int Count => (int)Images.shape[0];

    /// <summary>C: 1 for grey pictures, 3 for red, green and blue.</summary>
    public int Channels => (int)Images.shape[1];

    /// <summary>H, in pixels.</summary>
    public int Height => (int)Images.shape[2];

    /// <summary>W, in pixels.</summary>
    public int Width => (int)Images.shape[3];

    /// <summary>Frees both tensors.</summary>
    public void Dispose()
    {
        Images.Dispose();
        Labels?.Dispose();
    }

    /// <summary>e.g. "digits, training part: 898 pictures 8x8, 1 channel, 10 classes".</summary>
    public override string ToString() =>
        Invariant($"{Name}: {Count:N0} picture{(Count == 1 ? "" : "s")} {Width}x{Height}, {Channels} channel{(Channels == 1 ? "" : "s")}")
        + (ClassNames.Count == 0 ? "" : Invariant($", {ClassNames.Count:N0} class{(ClassNames.Count == 1 ? "" : "es")}"));

    /// <summary>
    /// Copies every second picture, starting at picture 0 or 1, into the training part, and the others into the held-out part. Needs at least two
    /// pictures.
    /// </summary>
    internal DataSplit Split(int firstOfTraining)
    {
        using var scope = NewDisposeScope();
        ImageSet Part(string part, int first)
        {
            var rows = TensorIndex.Slice(first, null, 2);
            return new ImageSet($"{Name}, {part}", Images.index(rows).clone(), Labels?.index(rows).clone(), ClassNames, Provenance);
        }
        return new DataSplit(Part("training part", firstOfTraining), Part("held-out part", 1 - firstOfTraining));
    }

    private static void CheckImages(string name, Tensor images)
    {
        const string next = "Build the tensor as (N, C, H, W) float32, with grey 0..255 mapped by v / 127.5 - 1.";
        if (images.dtype != ScalarType.Float32)
            throw new DataFormatException(name, "type of images", $"{images.dtype}", "Float32", next);
        if (images.dim() != 4 || images.shape[1] is not (1 or 3) || images.numel() == 0)
            throw new DataFormatException(name, "shape of images", ShapeText.Of(images), "(N, 1 or 3, H, W), none of them 0", next);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (low, high) = (images.min().item<float>(), images.max().item<float>());
        if (!(low >= -1 && high <= 1))  // written with `!`, because NaN must fail, too
            throw new DataFormatException(name, "range of images", Invariant($"{low} to {high}"), "-1 to 1", next);
    }

    private static void CheckLabels(string name, Tensor labels, long count, int classes)
    {
        const string next = "Give one int64 class index for each picture and a name for each class, or null and no names.";
        if (labels.dtype != ScalarType.Int64)
            throw new DataFormatException(name, "type of labels", $"{labels.dtype}", "Int64", next);
        if (labels.dim() != 1 || labels.shape[0] != count)
            throw new DataFormatException(name, "shape of labels", ShapeText.Of(labels), $"({count}), one for each picture", next);
        using var scope = NewDisposeScope();
        var (low, high) = (labels.min().item<long>(), labels.max().item<long>());
        if (low < 0 || high >= classes)
            throw new DataFormatException(name, "range of labels", Invariant($"{low} to {high}"), $"0 to {classes - 1} ({classes} class names)", next);
    }
}
