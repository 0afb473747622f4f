namespace CourseKit.Preflight;

/// <summary>Whether everyone on this machine may read a file. The permissions decide: root may read all files, so to open one says nothing about others.</summary>
internal static class Permissions
{
    /// <summary>Finds what keeps others from a file: the first folder on the way to it that they may not enter, or the file at the end of its links.</summary>
    /// <param name="path">A file that is there. Where it is a link, the way goes on to the file that it leads to.</param>
    /// <returns>Null where nothing keeps them from it, and on Windows, where other rules hold.</returns>
    public static string? ClosedAt(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        FileSystemInfo file = new FileInfo(path);
        while (true)
        {
            // From the root on: no one learns anything about what lies in a folder that they may not enter.
            if (FoldersAbove(file.FullName).Reverse().FirstOrDefault(folder => !IsOpen(folder, UnixFileMode.OtherExecute)) is { } closed)
                return closed;
            if (file.ResolveLinkTarget(returnFinalTarget: false) is not { } next)
                return IsOpen(file.FullName, UnixFileMode.OtherRead) ? null : file.FullName;
            file = next;
        }
    }

    /// <summary>Whether the user of this process is refused a file. A file that is not there is no such case.</summary>
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
