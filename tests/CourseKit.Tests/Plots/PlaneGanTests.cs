using System.Text.RegularExpressions;
using CourseKit.Data;
using CourseKit.Display;
using CourseKit.Plots;
using CourseKit.Tests.Training;
using Newtonsoft.Json.Linq;
using static TorchSharp.torch;

namespace CourseKit.Tests.Plots;

/// <summary>What goes into the page; that the page trains as TorchSharp does is tested in a browser.</summary>
[Collection("process-wide state")]
public sealed partial class PlaneGanTests
{
    private readonly nn.Module<Tensor, Tensor> generator, discriminator;

    public PlaneGanTests()
    {
        Torch.Begin();
        generator = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2));
        discriminator = nn.Sequential(nn.Linear(2, 6), nn.LeakyReLU(0.2), nn.Linear(6, 5), nn.LeakyReLU(0.2), nn.Linear(5, 1));
    }

    [Fact]
    public void The_page_gets_the_networks_own_weights_and_the_points_to_the_last_bit()
    {
        using var scope = NewDisposeScope();
        IDisplayable shown = PlaneGan.Of(generator, discriminator, [PlanePoints.Ring(), PlanePoints.Moons(100)], seed: 7);
        var model = JObject.Parse(ModelJson().Match(shown.Bundle[0].Text).Groups[1].Value);
        var weights = generator.parameters().Concat(discriminator.parameters()).SelectMany(p => p.detach().flatten().data<float>().ToArray());
        Assert.Equal(weights, Floats(model["weights"]!));
        Assert.Equal(["relu", "none"], model["generator"]!.Select(layer => (string)layer["activation"]!));
        Assert.Equal(["leakyRelu", "leakyRelu", "none"], model["discriminator"]!.Select(layer => (string)layer["activation"]!));
        Assert.Equal(["ring of eight", "two moons"], model["real"]!.Select(set => (string)set["name"]!));
        Assert.Equal(PlanePoints.Moons(100).Points.data<float>().ToArray(), Floats(model["real"]![1]!["points"]!));
        Assert.Equal([8, 0], model["real"]!.Select(set => set["centres"]!.Count()));
        Assert.Equal(7, (int)model["seed"]!);
    }

    [Fact]
    public void Without_a_script_there_is_a_picture_and_a_line_and_nothing_is_loaded()
    {
        IDisplayable shown = PlaneGan.Of(generator, discriminator, [PlanePoints.Ring()]);
        Assert.Equal(["text/html", "image/png", "text/plain"], shown.Bundle.Select(part => part.MimeType));
        Assert.Contains("<img ", shown.Bundle[0].Text, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"https?:|require\(|\bimport\b|\son\w+=""", shown.Bundle[0].Text);
        Assert.Equal("a GAN in the plane: G with 42 and D with 59 parameters, ring of eight: 2000 points", shown.ToString());
        Assert.StartsWith(shown.ToString()!, shown.Bundle[2].Text, StringComparison.Ordinal);
        Assert.True(Convert.FromBase64String(shown.Bundle[1].Text).Length > 1000);
    }

    [Fact]
    public void To_look_changes_nothing_and_the_same_weights_give_the_same_page()
    {
        using var scope = NewDisposeScope();
        var before = generator.parameters().First().clone();
        manual_seed(5);
        var expected = randn(3);
        manual_seed(5);
        string Html() => ((IDisplayable)PlaneGan.Of(generator, discriminator, [PlanePoints.Spiral()])).Bundle[0].Text;
        Assert.Equal(Html(), Html());
        Assert.Equal(expected.data<float>().ToArray(), randn(3).data<float>().ToArray());
        Assert.True(before.equal(generator.parameters().First()).all().item<bool>());
    }

    [Fact]
    public void A_network_that_the_page_cannot_train_is_told_in_a_sentence()
    {
        nn.Module<Tensor, Tensor>[] strange =
        [
            nn.Sequential(nn.Linear(2, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2)),   // other numbers in training than in evaluation
            nn.Sequential(nn.Linear(2, 8), nn.Dropout(0.5), nn.ReLU(), nn.Linear(8, 2)),
            nn.Sequential(nn.Linear(2, 8, hasBias: false), nn.ReLU(), nn.Linear(8, 2)),
            nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 8), nn.Tanh(), nn.Linear(8, 2)),
            nn.Sequential(nn.Linear(2, 8), nn.LeakyReLU(0.01), nn.Linear(8, 2)),
            nn.Sequential(nn.Linear(2, 8), nn.GELU(), nn.Linear(8, 2)),
        ];
        foreach (var network in strange)
        {
            var error = Assert.Throws<ArgumentException>(() => PlaneGan.Of(network, discriminator, [PlanePoints.Ring()]));
            Assert.StartsWith("The page cannot train the generator (Sequential): expected linear layers with biases in a row", error.Message, StringComparison.Ordinal);
        }
        Assert.StartsWith("The page cannot train the discriminator", Refused(generator, nn.Sequential(nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 1), nn.Tanh())), StringComparison.Ordinal);
        Assert.Contains("ends with a sigmoid", Refused(generator, nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())), StringComparison.Ordinal);
        Assert.Contains("makes (2, 3) of latent vectors (2, 2)", Refused(nn.Sequential(nn.Linear(2, 3)), discriminator), StringComparison.Ordinal);
        Assert.Contains("cannot take latent vectors of shape (2, 2)", Refused(nn.Sequential(nn.Linear(16, 2)), discriminator), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PlaneGan.Of(generator, discriminator, []));
    }

    private static string Refused(nn.Module<Tensor, Tensor> generator, nn.Module<Tensor, Tensor> discriminator) =>
        Assert.Throws<ArgumentException>(() => PlaneGan.Of(generator, discriminator, [PlanePoints.Ring()])).Message;

    private static float[] Floats(JToken base64) => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)base64!)).ToArray();

    [GeneratedRegex("""\), (\{.*\}), "ck-[0-9a-f]{16}"\);</script>$""")]
    private static partial Regex ModelJson();
}
