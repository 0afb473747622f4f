namespace CourseKit.Kernel.Session.Assist;

/// <summary>Whether code could run as it stands.</summary>
public enum CodeCompletenessStatus
{
    /// <summary>It could.</summary>
    Complete,

    /// <summary>It wants more lines: something is open at its end.</summary>
    Incomplete,

    /// <summary>It has an error that no further line mends.</summary>
    Invalid,
}

/// <summary>Whether code could run as it stands.</summary>
/// <param name="Status">Whether it could.</param>
/// <param name="Indent">What the next line begins with where the code is incomplete; else empty.</param>
public sealed record CodeCompleteness(CodeCompletenessStatus Status, string Indent);
