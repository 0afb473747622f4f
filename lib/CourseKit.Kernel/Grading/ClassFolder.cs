using static System.FormattableString;

namespace CourseKit.Kernel.Grading;

/// <summary>Lists the files of a class's folder. Links are listed but never followed, and a file is opened only when it is fetched.</summary>
internal static class ClassFolder
{
    /// <exception cref="IOException">The folder cannot be listed.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not list the folder.</exception>
    public static IReadOnlyList<ClassFile> List(string folder) => [.. In(new DirectoryInfo(folder), "")];

    private static IEnumerable<ClassFile> In(DirectoryInfo folder, string prefix)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
        {
            var name = prefix + entry.Name;
            if (ClassFile.IsHidden(entry.Name))
                continue;
            if (entry is not DirectoryInfo inner || entry.LinkTarget is not null)
            {
                yield return new(name, entry is DirectoryInfo, () => Checked(entry, name));
                continue;
            }
            var (files, problem) = Inside(inner, name);
            foreach (var file in files)
                yield return file;
            if (files.Count == 0)
                yield return new(name, IsFolder: true, () => throw new IOException(problem));
        }
    }

    private static (IReadOnlyList<ClassFile> Files, string Problem) Inside(DirectoryInfo folder, string name)
    {
        try
        {
            return ([.. In(folder, name + "/")], $"{name} is an empty folder.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], e is DirectoryNotFoundException ? NotUtf8(name) : $"{name} cannot be listed; its owner must give the right to.");
        }
    }

    // Opening a pipe or a device may block for ever. Neither has a length, but a notebook has one. So a file without a length is not opened.
    private static string Checked(FileSystemInfo entry, string name)
    {
        if (entry.LinkTarget is not null)
            throw new IOException($"{name} is a link, and links are not followed; hand in the file itself.");
        if (entry is not FileInfo { Exists: true } file)
            throw new IOException(NotUtf8(name));
        if (file.Length == 0)
            throw new IOException($"{name} is empty, or no file but a pipe or a device, which is not opened.");
        if (file.Length > ClassFile.MostBytes)
            throw new IOException(Invariant($"{name} has {file.Length / 1e6:0} MB; a notebook may have {ClassFile.MostBytes / 1e6:0} MB. Clear its outputs and hand it in again."));
        try
        {
            file.OpenRead().Dispose();
            return file.FullName;
        }
        catch (UnauthorizedAccessException e)
        {
            // The exception's own message tells the student the teacher's folders.
            throw new IOException($"{name} cannot be read; its owner must give the right to.", e);
        }
    }

    // .NET replaces bytes that are not UTF-8 by U+FFFD, and no file has the name that results.
    private static string NotUtf8(string name) => name.Contains('\uFFFD', StringComparison.Ordinal)
        ? $"{name}: the name has bytes that are not UTF-8, so the file cannot be opened; rename it."
        : $"{name} is gone.";
}
