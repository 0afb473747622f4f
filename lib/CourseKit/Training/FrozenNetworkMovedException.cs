namespace CourseKit.Training;

/// <summary>A network has changed while it was frozen, e.g. the generator while the discriminator learns.</summary>
public sealed class FrozenNetworkMovedException(string network, string tensor, bool isFinite) : InvalidOperationException(
    $"{network} moved while it was frozen: '{tensor}' " + (isFinite
        ? "changed. In this step only the other network may learn: "
            + "does the optimiser hold the wrong parameters, or is an in-place change made to this network?"
        : "now holds NaN or infinity. The training has diverged: begin anew with a lower learning rate."))
{
    /// <summary>Name of the first parameter or buffer that has changed.</summary>
    public string Tensor { get; } = tensor;
}
