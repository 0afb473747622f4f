namespace CourseKit.House.Tests;

/// <summary>The checkout that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>Its folder, from tests/THIS/bin/CONFIGURATION/net10.0.</summary>
    public static string Root { get; } = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", ".."));

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts)).ReplaceLineEndings("\n"); // those of a checkout on Windows

    /// <summary>The folder that a project of lib is built into.</summary>
    public static string Output(string project)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        return PathOf("lib", project, "bin", here.Parent!.Name, here.Name);
    }
}
