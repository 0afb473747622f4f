namespace CourseKit.Tests.Parsers;

/// <summary>A file that another program writes again and again, in its place, until this object is disposed of.</summary>
internal sealed class ChangingFile : IDisposable
{
    private readonly Thread writer;
    private volatile bool ends;

    public ChangingFile(string path, byte[] content)
    {
        writer = new Thread(() => Write(path, content));
        writer.Start();
    }

    public void Dispose()
    {
        ends = true;
        writer.Join();
    }

    private void Write(string path, byte[] content)
    {
        var random = new Random(content.Length);
        while (!ends)
        {
            using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
            {
                switch (random.Next(4))
                {
                    case 0: file.SetLength(random.Next(content.Length + 1)); break;
                    case 1: file.SetLength(content.Length + random.Next(1000)); break;
                    case 2: file.Write(Mutant.OfBytes(content, random)); break;
                    default: file.Write(content); break;
                }
            }
            if (random.Next(8) == 0)
                File.Delete(path);
        }
    }
}
