namespace CourseKit.Models;

/// <summary>A network from latent vectors, (B, Z), that knows its Z. Of other networks Z must be told to the trainers and the explorer.</summary>
public interface IGenerator
{
    /// <summary>Length Z of the latent vector.</summary>
    long LatentSize { get; }
}
