namespace CourseKit.Plots;

/// <summary>The activation functions that the script of a <see cref="LatentExplorer"/> can compute.</summary>
public enum Activation
{
    /// <summary>No function. The layer's sums are its output.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x if x is positive, else 0.2 · x.</summary>
    LeakyRelu,

    /// <summary>x · sigmoid(x).</summary>
    Silu,

    /// <summary>tanh(x), between -1 and 1.</summary>
    Tanh,

    /// <summary>sigmoid(x), between 0 and 1.</summary>
    Sigmoid,
}
