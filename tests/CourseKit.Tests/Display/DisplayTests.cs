using System.Reflection;
using CourseKit.Display;
using CourseKit.Native;
using CourseKit.Plots;
using static TorchSharp.torch;

namespace CourseKit.Tests.Display;

[Collection("process-wide state")]
public sealed class DisplayTests
{
    public DisplayTests() => NativeBackend.Load();

    public static TheoryData<Type> Displayables =>
        [.. typeof(Course).Assembly.GetTypes().Where(type => type.IsClass && !type.IsAbstract && type.IsAssignableTo(typeof(IDisplayable)))];

    [Theory]
    [MemberData(nameof(Displayables))]
    public void Every_displayable_type_carries_the_convention(Type type)
    {
        var attribute = type.GetCustomAttributes(inherit: false).Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        var preferred = (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!;
        var formatters = (IEnumerable<object>)source.GetMethod("CreateTypeFormatters")!.Invoke(Activator.CreateInstance(source), null)!;
        var offered = formatters.Select(formatter => formatter.GetType().GetProperty("MimeType")!.GetValue(formatter));
        Assert.Equal("text/plain", preferred[^1]);
        Assert.Empty(preferred.Except(offered));
    }

    [Fact]
    public void A_kernel_that_knows_the_convention_gets_exactly_the_bundle()
    {
        using var images = zeros(1, 1, 2, 2);
        var picture = ImageGrid.Of(images);
        var attribute = picture.GetType().GetCustomAttribute<TypeFormatterSourceAttribute>()!;
        var formatters = new BundleFormatterSource().CreateTypeFormatters().Cast<BundleFormatter>().ToList();
        var written = formatters.Select(formatter =>
        {
            var writer = new StringWriter();
            return (formatter.MimeType, Done: formatter.Format(picture, writer), Text: writer.ToString());
        }).ToList();
        Assert.Equal(attribute.PreferredMimeTypes.Order(), written.Where(w => w.Done).Select(w => w.MimeType).Order());
        Assert.All(((IDisplayable)picture).Bundle, part => Assert.Contains((part.MimeType, true, part.Text), written));
        Assert.All(written.Where(w => !w.Done), w => Assert.Equal("", w.Text));
        Assert.False(formatters[0].Format("a string", new StringWriter()));
    }

    [Fact]
    public void Library_code_displays_through_the_hook_of_the_kernel()
    {
        using var host = new FakeHost();
        var handle = NotebookHost.Display(1);
        handle.Update(2);
        handle.Update(null);
        Assert.Equal([1], host.Displayed);
        Assert.Equal([2, null], host.Updates);
    }

    [Fact]
    public void Without_a_kernel_the_plain_text_goes_to_the_console()
    {
        var before = Console.Out;
        var console = new StringWriter();
        Console.SetOut(console);
        try
        {
            using var images = zeros(2, 1, 2, 2);
            NotebookHost.Display(ImageGrid.Of(images)).Update(null);
        }
        finally
        {
            Console.SetOut(before);
        }
        Assert.Equal($"2 images of 2x2 pixels{Environment.NewLine}null{Environment.NewLine}", console.ToString());
    }
}
