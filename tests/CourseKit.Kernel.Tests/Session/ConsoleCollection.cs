namespace CourseKit.Kernel.Tests.Session;

/// <summary>A session redirects the process's console: its tests run alone.</summary>
[CollectionDefinition(nameof(ConsoleCollection), DisableParallelization = true)]
public sealed class ConsoleCollection;
