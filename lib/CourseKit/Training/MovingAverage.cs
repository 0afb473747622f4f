using static TorchSharp.torch;

namespace CourseKit.Training;

/// <summary>
/// An exponential moving average of a network's parameters, kept in a second network of the same shape. A GAN's generator circles
/// around its goal. The average of its past parameters is closer to the goal (Yazici et al., 2019). The decay warms up from 0, because an average
/// that starts with the untrained weights looks like noise for hundreds of updates.
/// </summary>
public sealed class MovingAverage
{
    private readonly Tensor[] sources, averages;
    private readonly double decay;
    private long updates;

    /// <param name="source">The network in training.</param>
    /// <param name="average">A network of the same shape. Its parameters are overwritten. Its buffers do not change, so the caller must compute the
    /// running statistics of batch normalisation again.</param>
    /// <param name="decay">Share of the old average that an update keeps after the warm-up, in [0, 1).</param>
    public MovingAverage(nn.Module source, nn.Module average, double decay = 0.998)
    {
        sources = [.. source.parameters()];
        averages = [.. average.parameters()];
        this.decay = decay;
        Update();
    }

    /// <summary>Moves the average towards the present parameters of the source.</summary>
    public void Update()
    {
        using var scope = NewDisposeScope();  // lerp_ may return a second handle for its tensor, and the scope disposes it
        // The decay after n updates is n / (n + 10), but at most `decay`. So at first the average covers about the last tenth of all updates.
        var weight = tensor((float)(1 - Math.Min(decay, updates / (updates + 10.0))), device: averages[0].device);
        updates++;
        using var noGrad = no_grad();
        for (var i = 0; i < sources.Length; i++)
            averages[i].lerp_(sources[i], weight);
    }
}
