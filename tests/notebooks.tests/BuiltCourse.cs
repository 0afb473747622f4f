namespace CourseKit.Notebooks.Tests;

/// <summary>The checkout and its command line, as they were built with this program.</summary>
internal static class BuiltCourse
{
    // tests/THIS/bin/CONFIGURATION/net10.0
    private static readonly DirectoryInfo Here = new(AppContext.BaseDirectory);

    public static string Root { get; } = Here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The command line's executable.</summary>
    public static string Program { get; } = Path.Combine(Root, "lib", "CourseKit.Cli", "bin", Here.Parent!.Name, Here.Name,
        OperatingSystem.IsWindows() ? "CourseKit.Cli.exe" : "CourseKit.Cli");
}
