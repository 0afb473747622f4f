using System.Text;

namespace CourseKit.Common;

/// <summary>Reads the resources that are embedded in the assembly that this class is compiled into.</summary>
internal static class Resource
{
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(Resource).Assembly.GetManifestResourceStream(name)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public static string Text(string name) => Encoding.UTF8.GetString(Bytes(name)).TrimEnd();
}
