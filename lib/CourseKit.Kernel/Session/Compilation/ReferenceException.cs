namespace CourseKit.Kernel.Session.Compilation;

/// <summary>A reference of a cell cannot be resolved; the message says why and what to do.</summary>
internal sealed class ReferenceException(string message) : Exception(message);
