using System.Security.Cryptography;
using CourseKit.Data;
using CourseKit.Files;
using CourseKit.Models;
using CourseKit.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace CourseKit.Metrics;

/// <summary>
/// The classifier that was trained on the part of MNIST that ships, as a file beside the pictures. A training gives other last bits on another processor,
/// and after 1,500 updates other figures; with one file the figures of two machines can be compared. `data/make-judge.cs` writes it.
/// </summary>
internal static class ShippedJudge
{
    public const string FileName = "mnist-judge.safetensors";

    // SHA-256 of the pictures and the labels that it was trained on, as the tensors hold them.
    private const string TrainedOn = "3a85929af24055ef7300ffbcfd42b5ad06b2556e5f5a94ed5242916dce1b41fd";

    /// <summary>The judge of this training part, in evaluation mode and on the device of its pictures; null if none ships for it.</summary>
    /// <exception cref="TensorFileException">The file is damaged.</exception>
    public static ImageClassifier? For(ImageSet train)
    {
        if (train.Labels is not { } labels || DataFolder.OfCourse is not { } folder || Path.Combine(folder, FileName) is var path && !File.Exists(path)
            || Fingerprint(train.Images, labels) != TrainedOn)
            return null;
        using var own = new OwnRandomNumbers(); // the initial weights are drawn, then replaced
        var judge = new ImageClassifier(train.Images.numel() / train.Images.shape[0], train.ClassNames.Count);
        Weights.Load(path, judge);
        judge.to(train.Images.device).eval();
        return judge;
    }

    private static string Fingerprint(params ReadOnlySpan<Tensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in tensors)
            hash.AppendData(tensor.cpu().contiguous().bytes);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
