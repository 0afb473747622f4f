namespace CourseKit.Training;

/// <summary>A gradient is not a finite number any more. The update was not made, so the network is still as it was after the update before.</summary>
/// <param name="network">Which network, e.g. "generator".</param>
/// <param name="update">The update that was not made, counted from 1.</param>
/// <param name="tensor">The shape of the first parameter with such a gradient.</param>
/// <param name="learningRate">The step size at that moment.</param>
public sealed class TrainingDivergedException(string network, long update, string tensor, double learningRate) : ArithmeticException(FormattableString.Invariant(
    $"The training has diverged: at update {update} a gradient of the {network} is NaN or infinite (the parameter of shape {tensor}). This update was not made, ")
    + FormattableString.Invariant($"so the {network} is as it was after update {update - 1}. Usual causes: a learning rate that is too high (here {learningRate:0.######}); ")
    + "in layers or losses of your own, log(0), a division by 0, the root of 0, or exp of a large number; pictures that are not in [-1, 1]. Begin anew with a lower learning rate.")
{
    /// <summary>Which network, e.g. "generator".</summary>
    public string Network { get; } = network;

    /// <summary>The update that was not made, counted from 1.</summary>
    public long Update { get; } = update;
}
