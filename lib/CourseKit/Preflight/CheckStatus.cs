namespace CourseKit.Preflight;

/// <summary>The result of a check of the machine. The worst result of all checks is the result for the machine.</summary>
public enum CheckStatus
{
    /// <summary>The check found no fault.</summary>
    Ok,

    /// <summary>The course works, but something is limited.</summary>
    Limited,

    /// <summary>The course does not work.</summary>
    Broken,
}
