namespace CourseKit.Kernel.Jupyter.Wire;

/// <summary>The frames are no message of this connection: garbage, a wrong signature, a replay.</summary>
internal sealed class MalformedMessageException(string message) : Exception(message);
