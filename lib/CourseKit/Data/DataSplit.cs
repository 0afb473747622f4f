namespace CourseKit.Data;

/// <summary>A data set in two parts: one to train on, one to measure with. No training may see the held-out part.</summary>
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
