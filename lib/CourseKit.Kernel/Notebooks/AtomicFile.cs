namespace CourseKit.Kernel.Notebooks;

/// <summary>Writes text files whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>Writes UTF-8 beside the file, flushes it to the disk and renames it into place.</summary>
    /// <param name="path">Where to; its folder must exist.</param>
    /// <param name="text">What the file is to hold.</param>
    /// <exception cref="IOException">The file cannot be written; what stood there is unchanged.</exception>
    public static void WriteText(string path, string text)
    {
        var beside = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (var stream = new FileStream(beside, FileMode.CreateNew))
            {
                stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }
}
