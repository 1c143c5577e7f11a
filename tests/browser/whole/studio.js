// A studio in the page: the camera is a canvas, the microphone a sound graph, both steered by the test.
// Everything behind getUserMedia (encoding, network, server) is the browser's own.
(() => {
  if (window.studio) return;
  const pictures = new Map();
  const canvas = document.createElement("canvas");
  canvas.width = 640;
  canvas.height = 360;
  const brush = canvas.getContext("2d");
  let scene = "";
  let tick = 0;
  setInterval(() => {
    const picture = pictures.get(scene);
    if (picture) brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
    else {
      brush.fillStyle = "#888";
      brush.fillRect(0, 0, canvas.width, canvas.height);
    }
    brush.fillStyle = tick++ % 2 ? "#777" : "#787878"; // a camera's picture is never quite still
    brush.fillRect(0, 0, 2, 2);
  }, 66);

  let sound = null;
  let room = null;
  function openSound() {
    if (sound) return;
    sound = new AudioContext({ sampleRate: 48000 });
    room = sound.createMediaStreamDestination();
    const hum = sound.createBufferSource(); // rooms hum; digital silence would be another test
    const noise = sound.createBuffer(1, 48000 * 2, 48000);
    const samples = noise.getChannelData(0);
    for (let i = 0; i < samples.length; i++) samples[i] = (Math.random() - 0.5) * 0.0006;
    hum.buffer = noise;
    hum.loop = true;
    hum.connect(room);
    hum.start();
  }

  window.studio = {
    async addPicture(name, dataUrl) {
      const image = new Image();
      image.src = dataUrl;
      await image.decode();
      pictures.set(name, image);
      scene = scene || name;
    },
    show(name) {
      scene = name;
    },
    /** Plays a WAV (base64) into the microphone; resolves when it has been said. */
    async say(base64) {
      openSound();
      await sound.resume();
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const buffer = await sound.decodeAudioData(bytes.buffer);
      const source = sound.createBufferSource();
      source.buffer = buffer;
      source.connect(room);
      source.start();
      await new Promise((resolve) => source.addEventListener("ended", resolve));
    },
    /** A short loud tone into the microphone; tells when, on the clock that all pages of a machine share. */
    click() {
      const tone = sound.createOscillator();
      const gain = sound.createGain();
      gain.gain.value = 0.8;
      tone.connect(gain).connect(room);
      tone.start();
      tone.stop(sound.currentTime + 0.06);
      return performance.timeOrigin + performance.now();
    },
  };

  const connections = [];
  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...options) {
      super(...options);
      connections.push(this);
    }
  };
  /** How much sound has come from the server, over all connections (audio energy, W3C webrtc-stats). */
  window.studio.heard = async () => {
    let energy = 0;
    for (const connection of connections) {
      for (const report of (await connection.getStats()).values()) {
        if (report.type === "inbound-rtp" && report.kind === "audio") energy += report.totalAudioEnergy ?? 0;
      }
    }
    return energy;
  };

  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const tracks = [];
    if (wanted?.audio) {
      openSound();
      await sound.resume();
      tracks.push(...room.stream.getAudioTracks().map((track) => track.clone()));
    }
    if (wanted?.video) tracks.push(...canvas.captureStream(15).getVideoTracks());
    return new MediaStream(tracks);
  };
  navigator.mediaDevices.enumerateDevices = async () => [
    { deviceId: "room", kind: "audioinput", label: "Room", groupId: "studio" },
    { deviceId: "canvas", kind: "videoinput", label: "Canvas", groupId: "studio" },
  ];
})();
