namespace CourseKit.Files;

/// <summary>Writes a file beside its place and renames it, so that a reader never meets half of it.</summary>
internal static class AtomicFile
{
    /// <summary>Creates the folder where needed; on an exception of <paramref name="write"/> an older file stays as it was.</summary>
    /// <returns>The number of bytes written.</returns>
    public static long Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var beside = $"{target}.{Guid.NewGuid():N}.part";
        try
        {
            long length;
            using (var stream = new FileStream(beside, FileMode.CreateNew))
            {
                write(stream);
                length = stream.Position;
            }
            File.Move(beside, target, overwrite: true);
            return length;
        }
        finally
        {
            File.Delete(beside);
        }
    }
}
