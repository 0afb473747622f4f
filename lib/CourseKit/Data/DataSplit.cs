namespace CourseKit.Data;

/// <summary>Every loader returns this: a part to train on, and a part to measure with. No training may see the second part.</summary>
/// <param name="Train">The pictures a model learns from.</param>
/// <param name="HeldOut">The pictures that the model is measured against.</param>
public sealed record DataSplit(ImageSet Train, ImageSet HeldOut) : IDisposable
{
    /// <summary>Frees the tensors of both parts.</summary>
    public void Dispose()
    {
        Train.Dispose();
        HeldOut.Dispose();
    }
}
