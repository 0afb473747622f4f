using System.Text;

namespace CourseKit.Common;

/// <summary>Writes a temporary file in the target's folder and then renames it to the target. So nobody ever reads a half-written file.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Writes a file. A missing folder is made. If <paramref name="write"/> throws, an older file stays unchanged. What a killed process left of the
    /// same file is removed.
    /// </summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write the file.</exception>
    public static long Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        Remove(Directory.EnumerateFiles(folder, "*.tmp").Where(file => IsLeftover(file) && file[..^Suffix.Length].Equals(target, StringComparison.Ordinal)));
        var beside = Beside(target);
        try
        {
            // Renamed while it is open, because the open file is locked: nobody takes it for a leftover.
            using var stream = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete);
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(beside, target, overwrite: true);
            return stream.Position;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <inheritdoc cref="Write"/>
    public static long WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>A path for a temporary file, beside its target. If its process is killed, the next write of the target removes it.</summary>
    public static string Beside(string target) => $"{target}.{Guid.NewGuid():N}.tmp";

    /// <summary>Removes what killed processes left of files in a folder and the folders in it. Files that are being written stay.</summary>
    public static void RemoveLeftovers(string folder)
    {
        if (Directory.Exists(folder))
            Remove(Directory.EnumerateFiles(folder, "*.tmp", SearchOption.AllDirectories).Where(IsLeftover));
    }

    private static readonly string Suffix = Beside("");

    private static bool IsLeftover(string file) => file.Length > Suffix.Length && Guid.TryParseExact(file[^(Suffix.Length - 1)..^4], "N", out _);

    private static void Remove(IEnumerable<string> files)
    {
        foreach (var file in files.ToList())
        {
            try
            {
                // Its writer holds a shared lock, which ends with the writer's process.
                new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose).Dispose();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is being written, or somebody else's.
            }
        }
    }
}
