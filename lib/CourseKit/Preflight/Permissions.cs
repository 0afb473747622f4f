namespace CourseKit.Preflight;

/// <summary>
/// Finds out whether everyone on this machine may read a file. The permissions tell this. Opening the file does not, because root may open every file.
/// </summary>
internal static class Permissions
{
    /// <summary>Finds what keeps other users from reading a file: the first folder on the path that they may not enter, or the file itself.</summary>
    /// <param name="path">A file that exists. If the file is a link, the search goes on with the path of the link's target.</param>
    /// <returns>The path of that folder or file; null if others may read the file. Null on Windows too, because Windows has other rules.</returns>
    public static string? ClosedAt(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        FileSystemInfo file = new FileInfo(path);
        while (true)
        {
            // The search starts at the root, because nobody can see the content of a folder that they may not enter.
            if (FoldersAbove(file.FullName).Reverse().FirstOrDefault(folder => !IsOpen(folder, UnixFileMode.OtherExecute)) is { } closed)
                return closed;
            if (file.ResolveLinkTarget(returnFinalTarget: false) is not { } next)
                return IsOpen(file.FullName, UnixFileMode.OtherRead) ? null : file.FullName;
            file = next;
        }
    }

    /// <summary>Whether the system refuses a file to the user of this process. A missing file does not count as refused.</summary>
    public static bool IsRefused(string path)
    {
        try
        {
            File.OpenHandle(path).Dispose();
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool IsOpen(string path, UnixFileMode permission) => OperatingSystem.IsWindows() || File.GetUnixFileMode(path).HasFlag(permission);

    private static IEnumerable<string> FoldersAbove(string path)
    {
        for (var folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
            yield return folder;
    }
}
