namespace CourseKit.Kernel.Session.Assist;

/// <summary>Whether code could run as it stands.</summary>
public enum CodeCompletenessStatus
{
    /// <summary>The code could run.</summary>
    Complete,

    /// <summary>The code needs more lines: something is open at its end.</summary>
    Incomplete,

    /// <summary>The code has an error that no further line can mend.</summary>
    Invalid,
}

/// <summary>Whether code could run as it stands.</summary>
/// <param name="Status">Whether the code could run.</param>
/// <param name="Indent">The beginning of the next line if the code is incomplete; else empty.</param>
public sealed record CodeCompleteness(CodeCompletenessStatus Status, string Indent);
