namespace CourseKit.Data;

/// <summary>What every loader returns: a part to train on, and a part that no training may see, to measure with.</summary>
/// <param name="Train">The pictures a model learns from.</param>
/// <param name="HeldOut">The pictures it is measured against.</param>
public sealed record DataSplit(ImageSet Train, ImageSet HeldOut) : IDisposable
{
    /// <summary>Frees the tensors of both parts.</summary>
    public void Dispose()
    {
        Train.Dispose();
        HeldOut.Dispose();
    }
}
