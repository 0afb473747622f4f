namespace CourseKit.Preflight;

/// <summary>Finds out whether everyone on this machine may read a file. It looks at the permissions, because root may open every file, and so a
/// successful
/// opening says nothing about other users.</summary>
internal static class Permissions
{
    /// <summary>Finds what keeps others from a file: the first folder on the way that they may not enter, or the file at the end of the links.</summary>
    /// <param name="path">A file that exists. If it is a link, the way goes on to the link's target.</param>
    /// <returns>Null if nothing keeps others from the file. Also null on Windows, because Windows has other rules.</returns>
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
