using static TorchSharp.torch;

namespace CourseKit.Models;

/// <summary>A network from latent vectors, (B, Z), that knows its Z. Of other networks Z must be told to the trainers and the explorer.</summary>
public interface IGenerator
{
    /// <summary>Length Z of the latent vector; 0 if that is not known.</summary>
    long LatentSize { get; }

    /// <summary>The Z that a network knows, else the one that was given.</summary>
    internal static long SizeOf(nn.Module network, long given) => network is IGenerator { LatentSize: > 0 } known ? known.LatentSize : given;
}
