namespace CourseKit.Cli.Shell;

/// <summary>The root folder of a course, which holds CourseKit.sln.</summary>
internal static class CourseFolder
{
    /// <summary>The course that a folder lies in; null if it lies in none.</summary>
    public static string? Of(string folder)
    {
        var above = new DirectoryInfo(folder);
        while (above is not null && !File.Exists(Path.Combine(above.FullName, "CourseKit.sln")))
            above = above.Parent;
        return above?.FullName;
    }
}
