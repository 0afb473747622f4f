namespace CourseKit.EndToEnd.Tests.Protocol;

/// <summary>Cells that call themselves without end, each in another way.</summary>
internal static class EndlessRecursion
{
    public static readonly IReadOnlyList<(string Kind, string Code)> All =
    [
        ("method", "int Deep(int n) => Deep(n + 1) + 1;\nDeep(0)"),
        ("lambda", "Func<int, int> f = null; f = n => f(n + 1) + 1;\nf(0)"),
        ("comparison", "Comparison<int> c = null; c = (a, b) => { var l = new List<int> { 2, 1 }; l.Sort(c); return 0; };\nc(1, 2)"),
        ("hash of a record", "record Node { public Node Next { get; set; } }\nvar n = new Node(); n.Next = n;\nn.GetHashCode()"),
        ("property", "class P { public int X => Y; public int Y => X; }\nnew P().X"),
        ("constructor", "class C { public C() { new C(); } }\nnew C()"),
        ("async method", "async Task<int> F(int n) => await F(n + 1) + 1;\nawait F(0)"),
        ("iterator", "IEnumerable<int> G(int n) { foreach (var i in G(n + 1)) yield return i; }\nG(0).Count()"),
        ("on another thread", "Task.Run(() => { int Down(int n) => Down(n + 1) + 1; return Down(0); }).Result"),
        ("JSON converter", """
            using System.Text.Json;
            class Loop : System.Text.Json.Serialization.JsonConverter<Loop>
            {
                public override Loop Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => null;
                public override void Write(Utf8JsonWriter writer, Loop value, JsonSerializerOptions options) => writer.WriteStringValue(JsonSerializer.Serialize(value, options));
            }
            JsonSerializer.Serialize(new Loop(), new JsonSerializerOptions { Converters = { new Loop() } })
            """),
    ];
}
