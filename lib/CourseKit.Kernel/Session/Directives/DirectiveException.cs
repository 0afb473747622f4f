namespace CourseKit.Kernel.Session.Directives;

/// <summary>A directive cannot be carried out; the message says why and what to do.</summary>
internal sealed class DirectiveException(string message) : Exception(message)
{
    /// <summary>The directive's line in the cell, counted from 1; 0 if the code that throws does not know the line.</summary>
    public int Line { get; init; }
}
