namespace CourseKit.Native;

/// <summary>TorchSharp's native libraries cannot be loaded. The message names the file, the fault, and what to do.</summary>
public sealed class NativeBackendException(string message, Exception? inner = null) : Exception(message, inner);
