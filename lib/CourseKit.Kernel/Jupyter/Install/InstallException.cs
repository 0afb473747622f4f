namespace CourseKit.Kernel.Jupyter.Install;

/// <summary>A kernel cannot be installed or uninstalled as asked; the message says why and what to do.</summary>
/// <param name="message">What is wrong, where, and what to do next.</param>
public sealed class InstallException(string message) : Exception(message);
