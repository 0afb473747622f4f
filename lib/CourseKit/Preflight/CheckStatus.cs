namespace CourseKit.Preflight;

/// <summary>What a check of the machine came to; the worst of all is what the machine comes to.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>The course works, with a limit.</summary>
    Limited,

    /// <summary>The course does not work.</summary>
    Broken,
}
