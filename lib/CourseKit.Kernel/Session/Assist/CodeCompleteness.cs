namespace CourseKit.Kernel.Session.Assist;

/// <summary>Whether code is complete. Only the syntax is checked.</summary>
public enum CodeCompletenessStatus
{
    /// <summary>The code has no syntax error.</summary>
    Complete,

    /// <summary>The code needs more lines, for example because a brace is not closed.</summary>
    Incomplete,

    /// <summary>The code has an error that more lines cannot correct.</summary>
    Invalid,
}

/// <summary>The answer to the front end's question whether code is complete.</summary>
/// <param name="Status">Whether the code is complete.</param>
/// <param name="Indent">The spaces that the next line should start with. Always empty if the code is complete or invalid.</param>
public sealed record CodeCompleteness(CodeCompletenessStatus Status, string Indent);
