namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>The kernel cannot start. The message says why.</summary>
internal sealed class KernelStartException(string message) : Exception(message);
