using System.IO.Pipes;
using CourseKit.Kernel.Session.Output;
using Microsoft.Win32.SafeHandles;

namespace CourseKit.Kernel.Tests.Session.Output;

public sealed class KeptPipeTests
{
    [Fact]
    public void What_is_read_was_kept_before()
    {
        using var writing = new AnonymousPipeServerStream(PipeDirection.Out);
        var kept = new MemoryStream();
        using var pipe = new KeptPipe(new SafeFileHandle(writing.ClientSafePipeHandle.DangerousGetHandle(), ownsHandle: false), bytes => kept.Write(bytes));
        writing.Write("hello "u8);
        writing.Write("world"u8);
        var buffer = new byte[4];
        var read = new MemoryStream();
        while (read.Length < 11)
        {
            read.Write(buffer.AsSpan(0, pipe.Read(buffer.AsSpan())));
            Assert.Equal(read.ToArray(), kept.ToArray());
        }
        Assert.Equal("hello world"u8.ToArray(), read.ToArray());
    }
}
