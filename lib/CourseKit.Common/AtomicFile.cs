using System.Text;

namespace CourseKit.Common;

/// <summary>Writes a temporary file in the target's folder and then renames it to the target. So nobody ever reads a half-written file.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file. A missing folder is made. If <paramref name="write"/> throws, an older file stays unchanged.</summary>
    /// <returns>The number of bytes written.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write the file.</exception>
    public static long Write(string path, Action<Stream> write)
    {
        var target = Path.GetFullPath(path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var beside = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            long length;
            using (var stream = new FileStream(beside, FileMode.CreateNew))
            {
                write(stream);
                length = stream.Position;
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, target, overwrite: true);
            return length;
        }
        finally
        {
            File.Delete(beside);
        }
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <inheritdoc cref="Write"/>
    public static long WriteText(string path, string text) => Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
