namespace CourseKit.Common;

/// <summary>Paths as people write them.</summary>
internal static class UserPath
{
    /// <summary>
    /// Makes a path absolute. `~` is the user's home: a shell replaces it only where a word begins, not in <c>-p dataset=~/pictures</c>.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="start">The absolute folder where a relative path starts.</param>
    public static string Full(string path, string start)
    {
        var isHome = path == "~" || path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~" + Path.DirectorySeparatorChar, StringComparison.Ordinal);
        var full = isHome ? Path.GetFullPath(path[1..].TrimStart('/', '\\'), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile)) : Path.GetFullPath(path, start);
        return Path.TrimEndingDirectorySeparator(full);
    }

    /// <summary>Makes a path absolute, from the current directory.</summary>
    public static string Full(string path) => Full(path, Environment.CurrentDirectory);

    /// <summary>The folder of this product in the user's cache folder. Whatever lies there can be made or fetched again.</summary>
    public static string Cache => Path.Combine(
        OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
        : OperatingSystem.IsMacOS() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "Library", "Caches")
        : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
        : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "coursekit");
}
