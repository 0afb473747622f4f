namespace CourseKit.Tests;

/// <summary>Tests that change torch's seed, the environment, the console or AppContext run alone.</summary>
[CollectionDefinition("process-wide state", DisableParallelization = true)]
public sealed class ProcessWideState;
