namespace CourseKit.Native;

/// <summary>TorchSharp's native libraries cannot be loaded. The message names the file, what it asks for, what was found, and what to do.</summary>
public sealed class NativeBackendException(string message, Exception? inner = null) : Exception(message, inner);
