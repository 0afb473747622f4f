namespace CourseKit.Plots;

/// <summary>What stands after a layer of a network that runs in the page.</summary>
public enum Activation
{
    /// <summary>Nothing: the layer's sums are its output.</summary>
    None,

    /// <summary>max(x, 0).</summary>
    Relu,

    /// <summary>x where positive, else 0.2 x.</summary>
    LeakyRelu,

    /// <summary>x sigmoid(x).</summary>
    Silu,

    /// <summary>Between -1 and 1.</summary>
    Tanh,

    /// <summary>Between 0 and 1.</summary>
    Sigmoid,
}
