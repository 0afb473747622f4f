namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>The kernel cannot start; the message says why and what to do.</summary>
internal sealed class KernelStartException(string message) : Exception(message);
