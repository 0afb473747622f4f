namespace CourseKit.Kernel.Notebooks;

/// <summary>Writes text files whole or not at all.</summary>
internal static class AtomicFile
{
    /// <summary>Writes UTF-8 beside the file, flushes it to the disk and renames it into place.</summary>
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
